/** Parses the id of a group; 0 matches no group. */
export const groupId = (text: string): bigint => (/^\d{1,16}$/.test(text) ? BigInt(text) : 0n);
