import { decodeText, readAll } from "../api/bytes.ts";
import { KubectlError } from "./kubectl-error.ts";
import type { Call } from "./verb.ts";

/** `create --raw` and `replace --raw`: sends a file as it is to a path, and prints what comes back. */
export async function sendRaw({ method, path }: { method: "POST" | "PUT"; path: string }, call: Call): Promise<void> {
  const { flags, io, rest } = call;
  const [file, ...more] = flags.values("filename");
  if (file === undefined) throw new KubectlError("must specify one of -f and -k");
  if (more.length > 0 || /^https?:\/\//u.test(file))
    throw new KubectlError("--raw can only use a single local file or stdin");
  const excluded = { recursive: "--recursive", selector: "--selector (-l)", output: "--output" };
  for (const [name, shown] of Object.entries(excluded))
    if (flags.value(name)) throw new KubectlError(`--raw and ${shown} are mutually exclusive`);
  const body = file === "-" ? decodeText(await readAll(io.stdin)) : io.readFile(file);
  for await (const bytes of await rest.stream(method, path, { body, raw: true })) await io.out(bytes);
}
