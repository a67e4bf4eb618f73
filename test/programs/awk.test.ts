import { awkScripts } from "./awk-scripts.ts";
import { compareWithMachine } from "./compare-with-machine.ts";

compareWithMachine("awk programs", awkScripts);
