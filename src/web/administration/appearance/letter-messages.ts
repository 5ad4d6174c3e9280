import type { LetterKind } from "../../../domain/branding/brand.ts";
import type { Translations } from "../../kit/language.ts";

interface Messages {
  readonly title: string;
  readonly what: string;
  readonly kind: string;
  readonly kinds: Readonly<Record<LetterKind, string>>;
  readonly language: string;
  readonly edit: string;
  readonly subject: string;
  readonly text: string;
  readonly textHint: string;
  readonly placeholders: (list: string) => string;
  readonly save: string;
  readonly preview: string;
  readonly sent: string;
  readonly asText: string;
  readonly saved: string;
  readonly back: string;
  readonly unknownPlaceholder: (wrong: string) => string;
  readonly wrong: string;
  readonly tooMuch: string;
}

export const letterTextMessages: Translations<Messages> = {
  en: {
    title: "Texts of e-mails",
    what:
      "The subject and the text above the button. The button and the notes below it " +
      "always stay.",
    kind: "E-mail",
    kinds: {
      "sign-up": "Confirm a sign-up",
      "verify-email": "Confirm an address",
      "change-email": "Confirm a new address",
      "reset-password": "Reset a password",
      "already-registered": "Already registered",
      "password-changed": "Password changed",
      "address-proven": "Password set, address confirmed",
      "email-changed": "Address changed",
      "account-deleted": "Account deleted",
      "account-restored": "Account restored",
      "group-invitation": "Invitation to a community",
      "new-device": "Sign-in from a new device",
      test: "Test of delivery",
    },
    language: "Language of the e-mail",
    edit: "Edit",
    subject: "Subject",
    text: "Text",
    textHint: "A paragraph a line. If empty, the text is Latchkey’s own.",
    placeholders: (list) => `Placeholders: ${list}`,
    save: "Save",
    preview: "Preview",
    sent: "The e-mail as it is sent now",
    asText: "As plain text",
    saved: "Saved.",
    back: "Back to the appearance",
    unknownPlaceholder: (wrong) => `There is no placeholder ${wrong}.`,
    wrong: "Enter visible characters, in one line for the subject.",
    tooMuch: "All texts of this realm together are too long.",
  },
  ru: {
    title: "Тексты писем",
    what: "Тема и текст над кнопкой. Кнопка и примечания под ней остаются всегда.",
    kind: "Письмо",
    kinds: {
      "sign-up": "Подтверждение регистрации",
      "verify-email": "Подтверждение адреса",
      "change-email": "Подтверждение нового адреса",
      "reset-password": "Сброс пароля",
      "already-registered": "Аккаунт уже есть",
      "password-changed": "Пароль изменён",
      "address-proven": "Пароль задан, адрес подтверждён",
      "email-changed": "Адрес изменён",
      "account-deleted": "Аккаунт удалён",
      "account-restored": "Аккаунт восстановлен",
      "group-invitation": "Приглашение в сообщество",
      "new-device": "Вход с нового устройства",
      test: "Проверка доставки",
    },
    language: "Язык письма",
    edit: "Изменить",
    subject: "Тема",
    text: "Текст",
    textHint: "Абзац на строку. Если пусто, текст как у Latchkey.",
    placeholders: (list) => `Подстановки: ${list}`,
    save: "Сохранить",
    preview: "Посмотреть",
    sent: "Письмо, как оно отправляется сейчас",
    asText: "Простым текстом",
    saved: "Сохранено.",
    back: "Назад к оформлению",
    unknownPlaceholder: (wrong) => `Подстановки ${wrong} нет.`,
    wrong: "Введите видимые символы, тему — одной строкой.",
    tooMuch: "Все тексты этой области вместе слишком длинные.",
  },
  zh: {
    title: "邮件文本",
    what: "主题和按钮上方的文本。按钮及其下方的说明始终保留。",
    kind: "邮件",
    kinds: {
      "sign-up": "确认注册",
      "verify-email": "验证邮箱",
      "change-email": "验证新邮箱",
      "reset-password": "重置密码",
      "already-registered": "已有账号",
      "password-changed": "密码已修改",
      "address-proven": "密码已设置，邮箱已验证",
      "email-changed": "邮箱已更换",
      "account-deleted": "账号已删除",
      "account-restored": "账号已恢复",
      "group-invitation": "社群邀请",
      "new-device": "新设备登录",
      test: "投递测试",
    },
    language: "邮件语言",
    edit: "编辑",
    subject: "主题",
    text: "文本",
    textHint: "每行一段。留空时使用 Latchkey 的文本。",
    placeholders: (list) => `占位符：${list}`,
    save: "保存",
    preview: "预览",
    sent: "目前发送的邮件",
    asText: "纯文本",
    saved: "已保存。",
    back: "返回外观",
    unknownPlaceholder: (wrong) => `没有占位符 ${wrong}。`,
    wrong: "请输入可见字符，主题只能有一行。",
    tooMuch: "此域的所有文本合计过长。",
  },
};
