/** The parts of a PEM text that have a label: `CERTIFICATE`, `PRIVATE KEY`. */
export function pemBlocks(text: string, label: string): readonly string[] {
  return text.match(new RegExp(`-----BEGIN ${label}-----[^-]*-----END ${label}-----`, "gu")) ?? [];
}
