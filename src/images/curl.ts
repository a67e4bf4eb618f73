import type { Image } from "../runtime/image.ts";

/** The entry point puts `curl` in front of arguments that are no command of their own, as the real image's does. */
export const curl: Image = {
  names: ["curlimages/curl", "quay.io/curl/curl"],
  base: "alpine",
  tools: ["curl"],
  entrypoint: ["/entrypoint.sh"],
  command: ["curl"],
  env: { CURL_CA_BUNDLE: "/cacert.pem" },
  workingDirectory: "/home/curl_user",
  user: { uid: 100, gid: 101, name: "curl_user", home: "/home/curl_user", isNamed: true },
  sizeMiB: 9,
  programs: {
    async "/entrypoint.sh"(process) {
      const args = process.argv.slice(1);
      const [first = ""] = args;
      const isCommand =
        first !== "" && !first.startsWith("-") && commandExists(first, process.env.get("PATH") ?? "", process.files);
      return process.become(isCommand ? args : ["curl", ...args]);
    },
  },
};

function commandExists(name: string, path: string, files: { exists(path: string): boolean }): boolean {
  if (name.includes("/")) return files.exists(name);
  return path.split(":").some((directory) => files.exists(`${directory}/${name}`));
}
