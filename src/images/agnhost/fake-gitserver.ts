import { goResponse } from "../go/http.ts";
import { serveUntilKilled } from "../go/serve-until-killed.ts";
import { subcommand } from "./subcommand.ts";

const port = 8000;

export const fakeGitserver = subcommand({
  name: "fake-gitserver",
  short: "Fakes a git server",
  defaults: {},
  run(process) {
    process.network.serveHttp(port, () => goResponse(process, "I am a fake git server"));
    return serveUntilKilled(process);
  },
});
