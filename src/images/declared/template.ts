import type { HttpRequest } from "../../network/http.ts";
import type { Process } from "../../runtime/process.ts";
import { parseReference } from "../reference.ts";

const placeholder = /\{(pod|namespace|ip|node|hostname|image|tag|port|method|path|client|env\.[A-Za-z_]\w*)\}/gu;

/** What a text is about, beside its container. */
export interface Occasion {
  readonly port?: number;
  readonly request?: HttpRequest;
}

/** Fills in `{pod}` and its kin. Other braces stay as they are, so JSON needs no escapes. */
export function fillIn(text: string, process: Process, occasion: Occasion = {}): string {
  if (!text.includes("{")) return text;
  return text.replaceAll(placeholder, (whole, name: string) => valueOf(name, process, occasion) ?? whole);
}

function valueOf(name: string, { container, env }: Process, { port, request }: Occasion): string | undefined {
  const { pod } = container;
  switch (name) {
    case "pod":
      return pod.name;
    case "namespace":
      return pod.namespace;
    case "ip":
      return pod.ip;
    case "node":
      return pod.nodeName;
    case "hostname":
      return container.hostname;
    case "image":
      return container.imageName;
    case "tag":
      return parseReference(container.imageName)?.tag ?? "";
    case "port":
      return port === undefined ? undefined : String(port);
    case "method":
      return request?.method;
    case "path":
      return request?.url.split("?", 1)[0];
    case "client":
      return request?.remote?.ip;
    default:
      return env.get(name.slice("env.".length)) ?? "";
  }
}
