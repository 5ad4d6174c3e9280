// What is said of fields, whatever they are for.
import type { FieldLimit } from "./fields.ts";
import type { Translations } from "./language.ts";

interface Messages {
  readonly tooLong: Readonly<Record<FieldLimit["unit"], (most: number) => string>>;
  /** The title of the page where the form itself can't say it. */
  readonly hidden: string;
}

export const fieldTexts: Translations<Messages> = {
  en: {
    tooLong: {
      characters: (most) => `Too long: ${most.toLocaleString("en")} characters at most.`,
      bytes: (most) =>
        `Too long: ${most.toLocaleString("en")} bytes at most. A letter that is not Latin takes two or more.`,
    },
    hidden: "Something in the form or the address is too long",
  },
  ru: {
    tooLong: {
      characters: (most) => `Слишком длинно: не больше ${most.toLocaleString("ru")} символов.`,
      bytes: (most) =>
        `Слишком длинно: не больше ${most.toLocaleString("ru")} байт. Русская буква занимает два байта.`,
    },
    hidden: "Что-то в форме или в адресе слишком длинное",
  },
  zh: {
    tooLong: {
      characters: (most) => `太长：最多 ${most.toLocaleString("zh")} 个字符。`,
      bytes: (most) => `太长：最多 ${most.toLocaleString("zh")} 字节，一个汉字占三个字节。`,
    },
    hidden: "表单或地址中有内容太长",
  },
};
