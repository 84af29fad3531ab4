/** What is wrong with the environment: every problem, in one message. */
export class ConfigError extends Error {}
