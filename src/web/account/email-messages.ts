// The texts of confirming and changing the e-mail address.
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
  readonly invalid: string;
  readonly same: string;
  readonly notices: Readonly<Record<"sent" | "change", string>>;
  /** What a link is for that was followed. */
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
  /** Why a link asks for the password. */
  readonly whose: string;
  readonly doneTitle: string;
  readonly done: string;
  readonly goOn: string;
}

export const emailMessages: Translations<Messages> = {
  en: {
    title: "E-mail address",
    address: "Your address",
    verified: "confirmed",
    unverified: "not confirmed yet",
    send: "Send the letter again",
    changeTitle: "Use another address",
    change:
      "We send a link to the new address. It becomes yours when you follow it; until then, everything stays as it is.",
    next: "New address",
    current: "Current password",
    submit: "Send the link",
    invalid: "This is not an e-mail address.",
    same: "This is your address already.",
    notices: {
      sent: "The letter is on its way. Its link works once, for 24 hours.",
      change: "A letter to the new address is on its way. Its link works once, for 15 minutes.",
    },
    confirm: {
      "verify-email": {
        title: "Confirm your address",
        what: (email, name) =>
          `Confirm that you read mail at ${email}. It is the address of the account ${name}.`,
        submit: "Confirm",
      },
      "change-email": {
        title: "Use this address",
        what: (email, name) =>
          `From now on, ${email} is to be the address of the account ${name}. Other devices are signed out.`,
        submit: "Use this address",
      },
    },
    whose:
      "Give the password of that account. If it is not yours, close this page: nothing has changed.",
    doneTitle: "Thank you",
    done: "The address is confirmed.",
    goOn: "Continue",
  },
  ru: {
    title: "Адрес почты",
    address: "Ваш адрес",
    verified: "подтверждён",
    unverified: "ещё не подтверждён",
    send: "Прислать письмо ещё раз",
    changeTitle: "Сменить адрес",
    change:
      "Мы пришлём ссылку на новый адрес. Он станет вашим, когда вы по ней перейдёте; до тех пор всё останется как есть.",
    next: "Новый адрес",
    current: "Текущий пароль",
    submit: "Прислать ссылку",
    invalid: "Это не адрес почты.",
    same: "Это и так ваш адрес.",
    notices: {
      sent: "Письмо в пути. Ссылка в нём работает один раз, в течение 24 часов.",
      change: "Письмо на новый адрес в пути. Ссылка в нём работает один раз, в течение 15 минут.",
    },
    confirm: {
      "verify-email": {
        title: "Подтвердите адрес",
        what: (email, name) =>
          `Подтвердите, что читаете почту на ${email}. Это адрес аккаунта ${name}.`,
        submit: "Подтвердить",
      },
      "change-email": {
        title: "Использовать этот адрес",
        what: (email, name) =>
          `С этого момента ${email} станет адресом аккаунта ${name}. На других устройствах вход будет завершён.`,
        submit: "Использовать этот адрес",
      },
    },
    whose:
      "Введите пароль этого аккаунта. Если аккаунт не ваш, закройте страницу: ничего не изменилось.",
    doneTitle: "Спасибо",
    done: "Адрес подтверждён.",
    goOn: "Продолжить",
  },
  zh: {
    title: "邮箱地址",
    address: "您的邮箱",
    verified: "已确认",
    unverified: "尚未确认",
    send: "重新发送确认信",
    changeTitle: "更换邮箱",
    change: "我们会向新邮箱发送链接。打开链接后新邮箱才会生效，在此之前一切不变。",
    next: "新邮箱",
    current: "当前密码",
    submit: "发送链接",
    invalid: "这不是有效的邮箱地址。",
    same: "这就是您现在的邮箱。",
    notices: {
      sent: "信已在路上。其中的链接只能使用一次，24 小时内有效。",
      change: "发往新邮箱的信已在路上。其中的链接只能使用一次，15 分钟内有效。",
    },
    confirm: {
      "verify-email": {
        title: "确认您的邮箱",
        what: (email, name) => `请确认您能收到发往 ${email} 的邮件。它是账号 ${name} 的邮箱。`,
        submit: "确认",
      },
      "change-email": {
        title: "使用此邮箱",
        what: (email, name) => `从现在起，${email} 将成为账号 ${name} 的邮箱，其他设备将退出登录。`,
        submit: "使用此邮箱",
      },
    },
    whose: "请输入该账号的密码。如果这不是您的账号，请关闭此页面：没有任何改变。",
    doneTitle: "谢谢",
    done: "邮箱已确认。",
    goOn: "继续",
  },
};
