using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "main", worker = .worker),
    (name = "internet", network = (allow = ["private"])),
  ],
);

const worker :Workerd.Worker = (
  modules = [(name = "worker.js", esModule = embed "worker.js")],
  compatibilityDate = "2026-11-01",
  bindings = [
    (name = "JANUS_URL", fromEnvironment = "JANUS_URL"),
    (name = "JANUS_USERNAME", fromEnvironment = "JANUS_USERNAME"),
    (name = "JANUS_PASSWORD", fromEnvironment = "JANUS_PASSWORD"),
  ],
);
