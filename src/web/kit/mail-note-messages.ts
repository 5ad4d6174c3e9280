import type { Translations } from "./language.ts";

/** Where to find e-mails on a server without a mail server. */
export const mailNoteMessages: Translations<string> = {
  en:
    "This is a development server without a mail server. " +
    "E-mails are saved as files in DATA_DIR/mail.",
  ru:
    "Это сервер для разработки без почтового сервера. " +
    "Письма сохраняются в виде файлов в DATA_DIR/mail.",
  zh: "此开发服务器未配置邮件服务器，邮件以文件形式保存在 DATA_DIR/mail 中。",
};
