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
  /** What else is removed if the address was unconfirmed until now. */
  readonly first: string;
  readonly password: string;
  readonly submit: string;
}

export const passwordResetMessages: Translations<Messages> = {
  en: {
    askTitle: "Forgot your password?",
    ask: "Enter the e-mail address of your account. We will send you a link to set a new password.",
    send: "Send link",
    back: "Back to sign-in",
    sentTitle: "Check your inbox",
    sent:
      "If an account has this address, we sent an e-mail with a link to it. The link works " +
      "once and expires in 15 minutes.",
    late: "Didn’t get the e-mail? Check your spam folder.",
    again: "Send again",
    title: "Set a new password",
    what: (email) =>
      `For the account with the e-mail address ${email}. All devices will be signed out.`,
    first:
      "This address was not confirmed before. Setting a password also removes the access " +
      "of applications and deletes the applications that this account registered, with " +
      "their client secrets.",
    password: "New password",
    submit: "Set password",
  },
  ru: {
    askTitle: "Забыли пароль?",
    ask: "Введите адрес электронной почты своего аккаунта. Мы отправим ссылку для сброса пароля.",
    send: "Отправить ссылку",
    back: "Вернуться ко входу",
    sentTitle: "Проверьте почту",
    sent:
      "Если аккаунт с этим адресом существует, мы отправили письмо со ссылкой. Ссылка " +
      "одноразовая и действует 15 минут.",
    late: "Не получили письмо? Проверьте папку «Спам».",
    again: "Отправить ещё раз",
    title: "Задайте новый пароль",
    what: (email) => `Для аккаунта с адресом ${email}. На всех устройствах будет выполнен выход.`,
    first:
      "Этот адрес ещё не был подтверждён. Вместе со сменой пароля будет отозван доступ " +
      "приложений и удалены приложения, зарегистрированные этим аккаунтом, и их секреты.",
    password: "Новый пароль",
    submit: "Задать пароль",
  },
  zh: {
    askTitle: "忘记密码？",
    ask: "请输入您账号的邮箱，我们会发送用于设置新密码的链接。",
    send: "发送链接",
    back: "返回登录",
    sentTitle: "请查收邮件",
    sent: "如果该邮箱已注册账号，我们已向其发送带有链接的邮件。链接仅可使用一次，15 分钟内有效。",
    late: "没有收到邮件？请检查垃圾邮件文件夹。",
    again: "重新发送",
    title: "设置新密码",
    what: (email) => `邮箱为 ${email} 的账号。所有设备都将退出登录。`,
    first:
      "该邮箱此前未经验证。设置密码后，应用的访问权限将被撤销，该账号注册的应用及其客户端密钥也将被删除。",
    password: "新密码",
    submit: "设置密码",
  },
};
