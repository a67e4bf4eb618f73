import { ShellError } from "../jumps.ts";
import type { Builtin } from "./builtin.ts";

const known = [
  "dotglob",
  "expand_aliases",
  "extglob",
  "failglob",
  "globstar",
  "lastpipe",
  "nocaseglob",
  "nocasematch",
  "nullglob",
];

const foreign = new Set(
  (
    "assoc_expand_once autocd cdable_vars cdspell checkhash checkjobs checkwinsize cmdhist complete_fullquote " +
    "direxpand dirspell execfail extdebug extquote force_fignore globasciiranges globskipdots gnu_errfmt histappend " +
    "histreedit histverify hostcomplete huponexit inherit_errexit interactive_comments lithist " +
    "localvar_inherit localvar_unset login_shell mailwarn no_empty_cmd_completion noexpand_translation " +
    "patsub_replacement progcomp progcomp_alias promptvars restricted_shell shift_verbose sourcepath varredir_close xpg_echo"
  ).split(" "),
);

/** Bash's further options: those that change something here. */
export const shopt: Builtin = {
  names: ["shopt"],
  dialects: ["bash"],
  async run(shell, [, ...words]) {
    const options = words.filter((word) => word.startsWith("-")).join("");
    const names = words.filter((word) => !word.startsWith("-"));
    let status = 0;
    for (const name of names.length > 0 ? names : known) {
      if (foreign.has(name)) throw new ShellError(`${name}: this shell option is not simulated`, 1, false);
      if (!known.includes(name)) throw new ShellError(`${name}: invalid shell option name`, 1, false);
      if (options.includes("s") && names.length > 0) shell.switches.add(name);
      else if (options.includes("u") && names.length > 0) shell.switches.delete(name);
      else {
        const isOn = shell.switches.has(name);
        if (!isOn && names.length > 0) status = 1;
        if (!options.includes("q")) await shell.print(`${name.padEnd(15)}\t${isOn ? "on" : "off"}\n`);
      }
    }
    return status;
  },
};
