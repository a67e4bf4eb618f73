/** The pod's name in the URL `…/pods/NAME/portforward?…`. */
export function podNameIn(url = ""): string {
  return /\/pods\/([^/?]+)\//u.exec(url)?.[1] ?? "";
}
