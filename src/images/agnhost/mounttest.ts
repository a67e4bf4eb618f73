import { type Process, SystemError } from "../../runtime/process.ts";
import { subcommand } from "./subcommand.ts";

const content = "mount-tester new file\n";
const retryMs = 2000;
/** As statfs(2) tells them; tmpfs is told by its name. */
const magicNumbers: Readonly<Record<string, string>> = { tmpfs: "tmpfs", overlay: "2035054128", proc: "40864" };
const ext4 = "61267";

/** Writes and reads files and tells their modes and owners, in this order whatever the order of the flags. */
export const mounttest = subcommand({
  name: "mounttest",
  short: "Creates files with given permissions and outputs FS type, owner, mode, permissions, contents of files",
  defaults: {
    fs_type: "",
    file_mode: "",
    file_perm: "",
    file_owner: "",
    new_file_0644: "",
    new_file_0666: "",
    new_file_0660: "",
    new_file_0777: "",
    file_content: "",
    file_content_in_loop: "",
    retry_time: 180,
    break_on_expected_content: true,
  },
  async run(process, flags) {
    process.umask = 0;
    const steps: readonly (readonly [path: string, act: Step])[] = [
      [flags.fs_type, fileSystemType],
      [flags.new_file_0644, writing(0o644)],
      [flags.new_file_0666, writing(0o666)],
      [flags.new_file_0660, writing(0o660)],
      [flags.new_file_0777, writing(0o777)],
      [flags.file_mode, mode],
      [flags.file_perm, permissions],
      [flags.file_owner, owner],
      [flags.file_content, readContent],
    ];
    let isFine = true;
    for (const [path, act] of steps) if (path !== "" && !(await attempt(process, path, act))) isFine = false;
    if (flags.file_content_in_loop !== "" && !(await watchContent(process, flags))) isFine = false;
    return isFine ? 0 : 1;
  },
});

interface Step {
  /** What failed: `error from Stat`. */
  readonly failure: (path: string) => string;
  readonly call: string;
  act(process: Process, path: string): string;
}

async function attempt(process: Process, path: string, { failure, call, act }: Step): Promise<boolean> {
  try {
    await process.print(act(process, path));
    return true;
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    const reason = error.message.toLowerCase();
    await process.print(`${failure(path)}: ${call === "" ? reason : `${call} ${path}: ${reason}`}\n`);
    return false;
  }
}

const fileSystemType: Step = {
  failure: (path) => `error from statfs("${path}")`,
  call: "",
  act({ files }, path) {
    files.stat(path);
    const { source } = files.space(path);
    return `mount type of "${path}": ${magicNumbers[source] ?? ext4}\n`;
  },
};

function writing(permission: number): Step {
  return {
    failure: (path) => `error writing new file "${path}"`,
    call: "open",
    act({ files }, path) {
      files.write(path, content, permission);
      return `content of file "${path}": ${files.readText(path)}\n`;
    },
  };
}

const mode: Step = {
  failure: (path) => `error from Stat("${path}")`,
  call: "stat",
  act({ files }, path) {
    const info = files.stat(path);
    return `mode of file "${path}": ${goMode(info.mode, info.kind === "directory")}\n`;
  },
};

const permissions: Step = {
  failure: (path) => `error from Stat("${path}")`,
  call: "stat",
  act: ({ files }, path) => `perms of file "${path}": ${goMode(files.stat(path).mode & 0o777, false)}\n`,
};

const owner: Step = {
  failure: (path) => `error from stat("${path}")`,
  call: "",
  act({ files }, path) {
    const { uid, gid } = files.stat(path);
    return `owner UID of "${path}": ${uid}\nowner GID of "${path}": ${gid}\n`;
  },
};

const readContent: Step = {
  failure: (path) => `error reading file content for "${path}"`,
  call: "open",
  act: ({ files }, path) => `content of file "${path}": ${files.readText(path)}\n`,
};

/** `-rw-r--r--`, `dtrwxrwxrwx`: letters for what is special, or a dash, then the nine bits. */
function goMode(bits: number, isDirectory: boolean): string {
  const special = [
    isDirectory ? "d" : "",
    (bits & 0o4000) === 0 ? "" : "u",
    (bits & 0o2000) === 0 ? "" : "g",
    (bits & 0o1000) === 0 ? "" : "t",
  ].join("");
  const letters = "rwxrwxrwx".split("").map((letter, index) => ((bits >> (8 - index)) & 1 ? letter : "-"));
  return `${special || "-"}${letters.join("")}`;
}

interface Watching {
  readonly file_content_in_loop: string;
  readonly retry_time: number;
  readonly break_on_expected_content: boolean;
}

async function watchContent(process: Process, flags: Watching): Promise<boolean> {
  const { file_content_in_loop: path, retry_time: seconds, break_on_expected_content: breaks } = flags;
  const until = process.clock.now() + seconds * 1000;
  let isFine = true;
  for (; process.clock.now() < until; await process.sleep(retryMs)) {
    try {
      const text = process.files.readText(path);
      isFine = true;
      await process.print(`content of file "${path}": ${text}\n`);
      if (breaks && text === content) break;
      if (breaks) await process.print(`Unexpected content. Expected: ${content}. Retrying`);
    } catch (error) {
      if (!(error instanceof SystemError)) throw error;
      isFine = false;
      await process.print(`Error reading file ${path}: open ${path}: ${error.message.toLowerCase()}, retrying\n`);
    }
  }
  return isFine;
}
