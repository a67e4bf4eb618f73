import { compareWithMachine } from "./compare-with-machine.ts";
import { textScripts } from "./tool-scripts.ts";

compareWithMachine("tools for text", textScripts);
