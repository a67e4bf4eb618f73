import { compareWithMachine } from "./compare-with-machine.ts";
import { sedScripts } from "./sed-scripts.ts";

compareWithMachine("sed scripts", sedScripts);
