/** As the Server header has it. */
export const apacheVersion = "Apache/2.4.62 (Unix)";
