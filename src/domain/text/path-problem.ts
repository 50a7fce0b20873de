// What is wrong with a file or folder that somebody named, in a sentence instead of a stack.

const says: Record<string, string> = {
  ENOENT: 'there is no such file or folder',
  EEXIST: 'there is a file of this name, and a folder is needed',
  ENOTDIR: 'a part of this path is a file, and a folder is needed',
  EISDIR: 'this is a folder, and a file is needed',
  EACCES: 'this user may not read or write it',
  EPERM: 'this user may not read or write it',
  EROFS: 'it is on a disk that cannot be written to',
  ENOTSUP: 'no folder can be made there: name another place',
  ENOSPC: 'its disk is full',
}

/** `read`: the path that was read, for Node does not say which it was when that is a folder. undefined: another kind of error. */
export function pathProblem(error: unknown, read?: string): string | undefined {
  const { code = '', path = read } = error as NodeJS.ErrnoException
  const text = says[code]
  return path === undefined || text === undefined ? undefined : `${path}: ${text}.`
}
