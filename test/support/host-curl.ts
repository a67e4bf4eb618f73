import type { Cluster } from "../../src/index.ts";
import type { BackgroundKubectl } from "./background-kubectl.ts";

/** curl on this machine, as far as lessons use it: `-H`, `-s`, `-i`, one URL. */
export async function curl(cluster: Cluster, args: readonly string[], background: BackgroundKubectl): Promise<string> {
  const target = args.findLast((word, index) => !word.startsWith("-") && args[index - 1] !== "-H") ?? "";
  const url = target.includes("://") ? target : `http://${target}`;
  const headers = args.flatMap((word, index) => {
    const [, name, value] = args[index - 1] === "-H" ? (/^([^:]+):\s*(.*)$/u.exec(word) ?? []) : [];
    return name !== undefined && value !== undefined ? [[name, value] as const] : [];
  });
  const { hostname, port, pathname, search } = new URL(url);
  if (hostname === "localhost" && background.listensOn(Number(port))) {
    const body = await background.get(Number(port), `${pathname}${search}`);
    return body === undefined ? "curl: (52) Empty reply from server" : body.trimEnd();
  }
  try {
    const { status, body } = await cluster.fetch(url, { headers: Object.fromEntries(headers) });
    return (args.includes("-i") ? `HTTP/1.1 ${status}\n\n${body}` : body).replaceAll("\r", "").trimEnd();
  } catch (error) {
    return failureText(error, new URL(url));
  }
}

function failureText(error: unknown, { hostname, port }: URL): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  const place = `${hostname} port ${port || "80"}`;
  if (code === "ECONNREFUSED") return `curl: (7) Failed to connect to ${place}: Connection refused`;
  if (code === "ETIMEDOUT") return `curl: (28) Failed to connect to ${place}: Connection timed out`;
  throw error;
}
