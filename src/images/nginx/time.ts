const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** `31/Jan/2025:12:00:00 +0000`, as access logs have it. */
export function nginxLocalTime(ms: number): string {
  const time = new Date(ms);
  const day = String(time.getUTCDate()).padStart(2, "0");
  return `${day}/${months[time.getUTCMonth()] ?? ""}/${time.getUTCFullYear()}:${time.toISOString().slice(11, 19)} +0000`;
}

/** `2025/01/31 12:00:00`, as the error log has it. */
export function nginxErrorTime(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19).replace("T", " ").replaceAll("-", "/");
}
