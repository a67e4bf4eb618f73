import { applet, type Call, UsageError } from "../../applet.ts";
import { Failure } from "../../failure.ts";
import { durationMs } from "../../numbers.ts";
import { wgetDestination } from "./destination.ts";
import { download } from "./download.ts";
import { parseWgetUrl } from "./url.ts";

/** Busybox's wget. */
export const wget = applet({
  names: ["wget"],
  bases: ["busybox", "alpine"],
  directory: "/usr/bin",
  usage:
    "[-cqS] [--spider] [-O FILE] [-o LOGFILE] [--header STR]\n" +
    "\t[--post-data STR | --post-file FILE] [-Y on/off]\n" +
    "\t[--no-check-certificate] [-P DIR] [-U AGENT] [-T SEC] URL...",
  help: `
Retrieve files via HTTP or FTP

	--spider	Only check URL existence: $? is 0 if exists
	--header STR	Add STR (of form 'header: value') to headers
	--post-data STR	Send STR using POST method
	--post-file FILE	Send FILE using POST method
	--no-check-certificate	Don't validate the server's certificate
	-c		Continue retrieval of aborted transfer
	-q		Quiet
	-P DIR		Save to DIR (default .)
	-S    		Show server response
	-T SEC		Network read timeout is SEC seconds
	-O FILE		Save to FILE ('-' for stdout)
	-o LOGFILE	Log messages to FILE
	-U STR		Use STR for User-Agent header
	-Y on/off	Use proxy`,
  options: {
    short: "cqSO:o:P:Y:U:T:t:L:nd",
    long: {
      continue: "c",
      quiet: "q",
      "server-response": "S",
      "output-document": "O",
      "output-file": "o",
      "directory-prefix": "P",
      proxy: "Y",
      "user-agent": "U",
      timeout: "T",
      tries: "t",
      spider: "spider",
      header: "header:",
      "post-data": "post-data:",
      "post-file": "post-file:",
      "no-check-certificate": "no-check-certificate",
      "no-verbose": "n",
    },
  },
  async run(call) {
    const { options, operands } = call;
    if (operands.length === 0) throw new UsageError();
    const log = messages(call);
    const timeout = options.value("T");
    const timeoutMs = timeout === undefined ? undefined : durationMs(timeout);
    for (const operand of operands) {
      const url = parseWgetUrl(operand);
      const destination = wgetDestination(call, url);
      await download({ call, url, destination, timeoutMs, log });
    }
  },
});

/** What is told unless quiet: to stderr, or to the file of `-o`. */
function messages({ process, options }: Call): (text: string) => Promise<void> {
  if (options.has("q")) return async () => {};
  const path = options.value("o");
  if (path === undefined) return (text) => process.warn(text);
  const full = process.resolve(path);
  if (!process.files.can(full.slice(0, full.lastIndexOf("/")) || "/", "write")) {
    throw new Failure(`can't open '${path}': Permission denied`);
  }
  process.files.write(full, "");
  return async (text) => {
    process.files.append(full, text);
  };
}
