// What a server without a mail server says of its letters.
import type { Translations } from "./language.ts";

export const mailNoteMessages: Translations<string> = {
  en: "This is a development server without a mail server: the letter is a file in DATA_DIR/mail.",
  ru: "Это сервер для разработки, почтового сервера у него нет: письмо лежит файлом в DATA_DIR/mail.",
  zh: "这是没有邮件服务器的开发服务器：信件是 DATA_DIR/mail 中的一个文件。",
};
