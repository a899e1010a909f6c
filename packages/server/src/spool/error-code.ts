/** Whether an error of the file system or a system call has this code. Errors of another realm count too. */
export function isErrorCode(error: unknown, code: string): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === code
}
