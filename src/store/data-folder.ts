import { chmod, mkdir, readdir, stat } from 'node:fs/promises'
import { dirname } from 'node:path'

/**
 * Makes the folder of our files, for its owner alone; one that is there is closed to others too, if
 * it is ours and holds nothing else: DATA_DIR may name a folder that has other uses, as /tmp.
 */
export async function openDataFolder(path: string): Promise<void> {
  // A file in its way: the next line says so better.
  await mkdir(dirname(path), { recursive: true }).catch(unlessExists)
  try {
    // Alone, since of a disk that can only be read the recursive one says that there is no such
    // folder.
    await mkdir(path, { mode })
  } catch (error) {
    unlessExists(error)
    // Whatever else has that name: writing into it fails.
    const found = await stat(path)
    if (!found.isDirectory() || found.uid !== process.getuid?.() || (found.mode & 0o777 & ~mode) === 0) return
    if ((await readdir(path)).every((name) => ours.test(name))) await chmod(path, mode)
  }
}

function unlessExists(error: unknown): void {
  if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
}

/**
 * Where root runs the embedded server as somebody else, that one has to pass through here. On Linux
 * it need not: Node enters the cluster's folder for it.
 */
const mode = process.platform !== 'linux' && process.getuid?.() === 0 ? 0o711 : 0o700

const ours = /^(postgres(\.new-.*)?|owner(-.*)?\.sock|first-password(\.new-.*)?|lost\+found)$/
