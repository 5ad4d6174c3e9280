import type { EmailTokenPurpose } from "../../domain/model.ts";
import type { Translations } from "../kit/language.ts";

interface Messages {
  readonly title: string;
  readonly address: string;
  readonly verified: string;
  readonly unverified: string;
  readonly send: string;
  readonly changeTitle: string;
  readonly change: string;
  readonly next: string;
  readonly current: string;
  readonly submit: string;
  readonly same: string;
  readonly notices: Readonly<Record<"sent" | "change", string>>;
  /** The texts of the page that a link opens, by the purpose of the link. */
  readonly confirm: Readonly<
    Record<
      Exclude<EmailTokenPurpose, "reset-password">,
      {
        readonly title: string;
        readonly what: (email: string, name: string) => string;
        readonly submit: string;
      }
    >
  >;
  /** Why the page asks for the password. */
  readonly whose: string;
  readonly doneTitle: string;
  readonly done: string;
  readonly goOn: string;
}

export const emailMessages: Translations<Messages> = {
  en: {
    title: "E-mail address",
    address: "Current address",
    verified: "confirmed",
    unverified: "not confirmed",
    send: "Resend confirmation e-mail",
    changeTitle: "Change your e-mail address",
    change:
      "We will send a confirmation link to the new address. Your address changes only " +
      "after you confirm.",
    next: "New e-mail address",
    current: "Current password",
    submit: "Send link",
    same: "This is already your e-mail address.",
    notices: {
      sent: "E-mail sent. The link works once and expires in 24 hours.",
      change:
        "We sent an e-mail to the new address. The link works once and expires in 15 minutes.",
    },
    confirm: {
      "verify-email": {
        title: "Confirm your e-mail address",
        what: (email, name) =>
          `Confirm that ${email} is your e-mail address. It belongs to the account ${name}.`,
        submit: "Confirm",
      },
      "change-email": {
        title: "Confirm your new e-mail address",
        what: (email, name) =>
          `${email} will become the e-mail address of the account ${name}. All other ` +
          "devices will be signed out.",
        submit: "Confirm new address",
      },
    },
    whose:
      "Enter the password of this account. If it is not your account, close this page. " +
      "Nothing has changed.",
    doneTitle: "Thank you",
    done: "Your e-mail address is confirmed.",
    goOn: "Continue",
  },
  ru: {
    title: "Адрес электронной почты",
    address: "Текущий адрес",
    verified: "подтверждён",
    unverified: "не подтверждён",
    send: "Отправить письмо ещё раз",
    changeTitle: "Смена адреса электронной почты",
    change:
      "Мы отправим ссылку для подтверждения на новый адрес. Адрес изменится только после " +
      "подтверждения.",
    next: "Новый адрес",
    current: "Текущий пароль",
    submit: "Отправить ссылку",
    same: "Это ваш текущий адрес.",
    notices: {
      sent: "Письмо отправлено. Ссылка одноразовая и действует 24 часа.",
      change: "Мы отправили письмо на новый адрес. Ссылка одноразовая и действует 15 минут.",
    },
    confirm: {
      "verify-email": {
        title: "Подтвердите адрес электронной почты",
        what: (email, name) =>
          `Подтвердите, что ${email} — ваш адрес. Он указан в аккаунте ${name}.`,
        submit: "Подтвердить",
      },
      "change-email": {
        title: "Подтвердите новый адрес электронной почты",
        what: (email, name) =>
          `Адресом аккаунта ${name} станет ${email}. На всех остальных устройствах будет ` +
          "выполнен выход.",
        submit: "Подтвердить новый адрес",
      },
    },
    whose:
      "Введите пароль этого аккаунта. Если это не ваш аккаунт, закройте страницу: ничего " +
      "не изменилось.",
    doneTitle: "Спасибо",
    done: "Адрес электронной почты подтверждён.",
    goOn: "Продолжить",
  },
  zh: {
    title: "邮箱地址",
    address: "当前邮箱",
    verified: "已验证",
    unverified: "未验证",
    send: "重新发送验证邮件",
    changeTitle: "更换邮箱",
    change: "我们会向新邮箱发送验证链接。验证完成后，新邮箱才会生效。",
    next: "新邮箱",
    current: "当前密码",
    submit: "发送链接",
    same: "这是您当前的邮箱。",
    notices: {
      sent: "邮件已发送。链接仅可使用一次，24 小时内有效。",
      change: "邮件已发送至新邮箱。链接仅可使用一次，15 分钟内有效。",
    },
    confirm: {
      "verify-email": {
        title: "验证您的邮箱",
        what: (email, name) => `请确认 ${email} 是您的邮箱。该邮箱属于账号 ${name}。`,
        submit: "确认",
      },
      "change-email": {
        title: "验证新邮箱",
        what: (email, name) => `${email} 将成为账号 ${name} 的邮箱，其他设备将退出登录。`,
        submit: "确认使用新邮箱",
      },
    },
    whose: "请输入该账号的密码。如果这不是您的账号，请关闭此页面，不会有任何更改。",
    doneTitle: "谢谢",
    done: "邮箱已验证。",
    goOn: "继续",
  },
};
