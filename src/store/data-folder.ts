import { chmod, mkdir, readdir, stat } from 'node:fs/promises'

/**
 * Makes the folder of our files, for its owner alone; one that is there is closed to others too, if it is ours and holds
 * nothing else: DATA_DIR may name a folder that has other uses, as /tmp.
 */
export async function openDataFolder(path: string): Promise<void> {
  try {
    if (await mkdir(path, { recursive: true, mode })) return
  } catch (error) {
    // Whatever else has that name: who writes into it is told.
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return
    throw error
  }
  const found = await stat(path)
  if (found.uid !== process.getuid?.() || (found.mode & 0o777 & ~mode) === 0) return
  if ((await readdir(path)).every((name) => ours.test(name))) await chmod(path, mode)
}

/**
 * Where root runs the embedded server as somebody else, that one has to pass through here. On Linux it need not: Node
 * enters the cluster's folder for it.
 */
const mode = process.platform !== 'linux' && process.getuid?.() === 0 ? 0o711 : 0o700

const ours = /^(postgres(\.new-.*)?|owner(-.*)?\.sock|first-password(\.new-.*)?|lost\+found)$/
