/** What one volume, or a node's own disk, may hold: it is this process that pays for it. More is ENOSPC. */
export const mostBytes = 1024 ** 3;
