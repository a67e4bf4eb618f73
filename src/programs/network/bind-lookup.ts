import type { DnsMessage, RecordType } from "../../network/dns-message.ts";
import { candidatesFor } from "../../network/resolver-files.ts";
import type { Process } from "../../runtime/process.ts";
import { ask, type Asking } from "./dns/ask.ts";
import { resolvConfOf, reverseName } from "./dns/question.ts";

/** What BIND's nslookup and host ask for: the first name of the search list that exists, and the type. */
export interface BindAnswer {
  /** As it was found; the last one tried when none was. */
  readonly name: string;
  readonly message: DnsMessage;
}

/** Rejects with NetworkError when the server is silent. */
export async function bindLookup(
  process: Process,
  name: string,
  type: RecordType,
  asking: Asking,
): Promise<BindAnswer> {
  const reverse = reverseName(name);
  const config = resolvConfOf(process);
  const names = reverse === undefined ? candidatesFor(name, config) : [reverse];
  let found: BindAnswer | undefined;
  for (const candidate of names) {
    const message = await ask(process, { name: candidate, type: reverse === undefined ? type : "PTR" }, asking);
    found = { name: candidate, message };
    if (message.code !== "NXDOMAIN") break;
  }
  if (!found) throw new Error(`there is no name to ask for: ${name}`);
  return found;
}
