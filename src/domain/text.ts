// Rules for any short text that a user chooses and other users see.

/** Characters that are invisible, change the direction of text beside them, or have no glyph. */
const UNSEEN = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;
/** A character that draws something by itself. */
const SEEN = /[^\p{C}\p{Z}\p{M}\p{Default_Ignorable_Code_Point}\u2800]/u;

/** Returns whether a text holds a character that is invisible or changes the direction of text. */
export const hasControls = (text: string): boolean => UNSEEN.test(text);

/** Returns whether a text draws anything at all. */
export const isVisible = (text: string): boolean => SEEN.test(text);

/** Returns whether a text has more characters than that, without reading more than it must. */
export const isLongerThan = (text: string, characters: number): boolean =>
  text.length > characters && (text.length > 2 * characters || [...text].length > characters);
