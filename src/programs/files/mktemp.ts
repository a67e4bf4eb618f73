import { applet } from "../applet.ts";
import { Failure, reasonOf } from "../failure.ts";
import { joinPath } from "../paths.ts";

export const mktemp = applet({
  names: ["mktemp"],
  usage: "[-dt] [-p DIR] [TEMPLATE]",
  help: `
Create a temporary file with name based on TEMPLATE and print its name.
TEMPLATE must end with XXXXXX (e.g. [/dir/]nameXXXXXX).

	-d	Make directory, not file
	-q	Fail silently
	-t	Prepend base directory name to TEMPLATE
	-p DIR	Use DIR as a base directory (implies -t)
	-u	Do not create anything; print a name`,
  options: { short: "dqtp:u", long: { directory: "d", quiet: "q", tmpdir: "p", "dry-run": "u" } },
  async run({ process, options, operands, out }) {
    const { files, random } = process;
    const [template] = operands;
    const inDirectory = template === undefined || options.last("tp") !== undefined;
    const directory = options.value("p") ?? process.env.get("TMPDIR") ?? "/tmp";
    const given = inDirectory ? joinPath(directory, template ?? "tmp.XXXXXX") : template;
    const [, stem = "", marks = ""] = /^(.*?)(X+)$/u.exec(given) ?? [];
    if (marks.length < 6) throw new Failure(options.has("q") ? "" : `${given}: Invalid argument`);
    const path = stem + random.suffix(marks.length);
    try {
      if (options.has("d")) files.makeDirectory(process.resolve(path), { mode: 0o700 });
      else if (!options.has("u")) {
        files.write(process.resolve(path), "", 0o600);
        files.chmod(process.resolve(path), 0o600);
      }
    } catch (error) {
      const reason = reasonOf(error);
      throw new Failure(options.has("q") ? "" : `${given}: ${reason}`);
    }
    await out.print(`${path}\n`);
  },
});
