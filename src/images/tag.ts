import type { Process } from "../runtime/process.ts";
import { parseReference } from "./reference.ts";

/** The tag that a container's image was named with. */
export function tagOf({ container }: Process): string {
  return parseReference(container.imageName)?.tag ?? "latest";
}
