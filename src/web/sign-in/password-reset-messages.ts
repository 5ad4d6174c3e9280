// The texts of the way to a new password for whoever has forgotten the old one.
import type { Translations } from "../kit/language.ts";

interface Messages {
  readonly askTitle: string;
  readonly ask: string;
  readonly send: string;
  readonly back: string;
  readonly sentTitle: string;
  readonly sent: string;
  readonly late: string;
  readonly again: string;
  readonly title: string;
  readonly what: (email: string) => string;
  /** What else ends when the address was unconfirmed until now. */
  readonly first: string;
  readonly password: string;
  readonly submit: string;
}

export const passwordResetMessages: Translations<Messages> = {
  en: {
    askTitle: "Forgot your password?",
    ask: "Tell us the address of your account. We send a link there to set a new one.",
    send: "Send the link",
    back: "Back to sign-in",
    sentTitle: "Look into your mailbox",
    sent: "If an account has this address, a letter with a link is on its way. The link works once, for 15 minutes.",
    late: "Nothing there? Look among the spam, or",
    again: "ask for another letter",
    title: "Set a new password",
    what: (email) =>
      `For the account with the address ${email}. Wherever it is signed in, it will be signed out.`,
    first:
      "This address has not been confirmed before. So the access of applications ends too, and so do the applications that the account has registered, with their secrets.",
    password: "New password",
    submit: "Set password",
  },
  ru: {
    askTitle: "Забыли пароль?",
    ask: "Укажите адрес своего аккаунта. Мы пришлём туда ссылку, чтобы задать новый.",
    send: "Прислать ссылку",
    back: "Вернуться ко входу",
    sentTitle: "Проверьте почту",
    sent: "Если с этим адресом есть аккаунт, письмо со ссылкой уже в пути. Ссылка работает один раз, в течение 15 минут.",
    late: "Письма нет? Загляните в спам или",
    again: "попросите ещё одно",
    title: "Задайте новый пароль",
    what: (email) => `Для аккаунта с адресом ${email}. На всех устройствах вход будет завершён.`,
    first:
      "Этот адрес ещё не был подтверждён. Поэтому закончатся и доступ приложений, и приложения, которые аккаунт зарегистрировал, с их ключами.",
    password: "Новый пароль",
    submit: "Задать пароль",
  },
  zh: {
    askTitle: "忘记密码？",
    ask: "请填写您账号的邮箱，我们会发送用于设置新密码的链接。",
    send: "发送链接",
    back: "返回登录",
    sentTitle: "请查看您的邮箱",
    sent: "如果有账号使用该邮箱，带有链接的信已在路上。链接只能使用一次，15 分钟内有效。",
    late: "没有收到？请查看垃圾邮件，或",
    again: "再要一封",
    title: "设置新密码",
    what: (email) => `邮箱为 ${email} 的账号。所有已登录的设备都将退出登录。`,
    first: "该邮箱此前未经确认，因此应用的访问权限，以及该账号注册的应用及其密钥也将一并终止。",
    password: "新密码",
    submit: "设置密码",
  },
};
