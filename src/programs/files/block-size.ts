/** A file takes whole blocks. */
export const blockSize = 4096;
