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
        `Too long: ${most.toLocaleString("en")} bytes at most. Non-Latin characters take ` +
        "two or more bytes.",
    },
    hidden: "A value in the form or the address is too long",
  },
  ru: {
    tooLong: {
      characters: (most) =>
        `Слишком длинное значение: не более ${most.toLocaleString("ru")} символов.`,
      bytes: (most) =>
        `Слишком длинное значение: не более ${most.toLocaleString("ru")} байт. Русская ` +
        "буква занимает два байта.",
    },
    hidden: "Значение в форме или адресе слишком длинное",
  },
  zh: {
    tooLong: {
      characters: (most) => `内容过长：最多 ${most.toLocaleString("zh")} 个字符。`,
      bytes: (most) => `内容过长：最多 ${most.toLocaleString("zh")} 字节，一个汉字占三个字节。`,
    },
    hidden: "表单或地址中的值过长",
  },
};
