/** What a command is given for `-`. */
export const STANDARD_INPUT = '/dev/stdin';
