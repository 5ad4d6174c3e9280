// The words of the letters, in the languages of the pages.
import type { Language } from "../domain/email/language.ts";
import type { EmailMessage } from "../domain/email/mailer.ts";

/** What a letter may name. */
interface Facts {
  readonly host: string;
  readonly when: string;
}

interface Words {
  readonly subject: string;
  readonly text: string;
  /** What the link does. */
  readonly action: string;
  readonly after: readonly string[];
}

type Messages = Readonly<Record<EmailMessage["kind"], (facts: Facts) => Words>>;

const en: Messages = {
  "sign-up": ({ host }) => ({
    subject: "Confirm your e-mail address",
    text: `An account at ${host} was asked for with this address, we hope by you.`,
    action: "Confirm the address",
    after: [
      "The link works once, for 24 hours, and asks for the password that was chosen.",
      "If this was not you, do nothing: there will be no account.",
    ],
  }),
  "verify-email": ({ host }) => ({
    subject: "Confirm your e-mail address",
    text: `Somebody, we hope you, has created an account at ${host} with this address.`,
    action: "Confirm the address",
    after: [
      "The link works once, for 24 hours.",
      "If this was not you, do nothing: the address stays unconfirmed.",
    ],
  }),
  "change-email": ({ host }) => ({
    subject: "Confirm your new e-mail address",
    text: `The owner of an account at ${host} wants to use this address from now on.`,
    action: "Use this address",
    after: [
      "The link works once, for 15 minutes.",
      "If this was not you, do nothing: nothing changes.",
    ],
  }),
  "reset-password": ({ host }) => ({
    subject: "Set a new password",
    text: `Somebody, we hope you, wants to set a new password for your account at ${host}.`,
    action: "Set a new password",
    after: [
      "The link works once, for 15 minutes. Only the newest letter counts.",
      "If this was not you, do nothing: your password stays as it is.",
    ],
  }),
  "already-registered": ({ host }) => ({
    subject: "You have an account already",
    text: `Somebody has tried to use this address at ${host}, but it belongs to your account already. Nothing has changed.`,
    action: "Sign in",
    after: [
      "If you have forgotten your password, the sign-in page helps.",
      "If this was not you, do nothing.",
    ],
  }),
  "password-changed": ({ host, when }) => ({
    subject: "Your password was changed",
    text: `The password of your account at ${host} was changed on ${when}. Other devices are signed out.`,
    action: "This was not me",
    after: ["If this was you, do nothing. If not, set a new password at once."],
  }),
  "address-proven": ({ host, when }) => ({
    subject: "Your password is set and your address confirmed",
    text: `A new password was set for the account with this address at ${host} on ${when}. The address had not been confirmed before, so all that the account had given before has ended.`,
    action: "This was not me",
    after: [
      "Ended: every session, the access of applications, and the account's own applications with their secrets.",
      "What you use asks you anew. If this was not you, set a new password at once.",
    ],
  }),
  "email-changed": ({ host, when }) => ({
    subject: "Your e-mail address was changed",
    text: `Your account at ${host} has had another e-mail address since ${when}. You can no longer sign in with this one.`,
    action: `Open ${host}`,
    after: ["If this was not you, tell whoever runs this server at once."],
  }),
};

const ru: Messages = {
  "sign-up": ({ host }) => ({
    subject: "Подтвердите адрес почты",
    text: `На ${host} попросили завести аккаунт с этим адресом — надеемся, это были вы.`,
    action: "Подтвердить адрес",
    after: [
      "Ссылка работает один раз, в течение 24 часов, и спросит пароль, который был выбран.",
      "Если это были не вы, ничего не делайте: аккаунт не появится.",
    ],
  }),
  "verify-email": ({ host }) => ({
    subject: "Подтвердите адрес почты",
    text: `Кто-то — надеемся, вы — создал на ${host} аккаунт с этим адресом.`,
    action: "Подтвердить адрес",
    after: [
      "Ссылка работает один раз, в течение 24 часов.",
      "Если это были не вы, ничего не делайте: адрес останется неподтверждённым.",
    ],
  }),
  "change-email": ({ host }) => ({
    subject: "Подтвердите новый адрес почты",
    text: `Владелец аккаунта на ${host} хочет с этого момента пользоваться этим адресом.`,
    action: "Использовать этот адрес",
    after: [
      "Ссылка работает один раз, в течение 15 минут.",
      "Если это были не вы, ничего не делайте: ничего не изменится.",
    ],
  }),
  "reset-password": ({ host }) => ({
    subject: "Задайте новый пароль",
    text: `Кто-то — надеемся, вы — хочет задать новый пароль для вашего аккаунта на ${host}.`,
    action: "Задать новый пароль",
    after: [
      "Ссылка работает один раз, в течение 15 минут. Действует только самое новое письмо.",
      "Если это были не вы, ничего не делайте: пароль останется прежним.",
    ],
  }),
  "already-registered": ({ host }) => ({
    subject: "У вас уже есть аккаунт",
    text: `Кто-то попробовал указать этот адрес на ${host}, но он уже принадлежит вашему аккаунту. Ничего не изменилось.`,
    action: "Войти",
    after: [
      "Если вы забыли пароль, поможет страница входа.",
      "Если это были не вы, ничего не делайте.",
    ],
  }),
  "password-changed": ({ host, when }) => ({
    subject: "Пароль изменён",
    text: `Пароль вашего аккаунта на ${host} изменён: ${when}. На других устройствах вход завершён.`,
    action: "Это не я",
    after: ["Если это были вы, ничего не делайте. Если нет, сразу задайте новый пароль."],
  }),
  "address-proven": ({ host, when }) => ({
    subject: "Пароль задан, адрес подтверждён",
    text: `Для аккаунта с этим адресом на ${host} задан новый пароль: ${when}. Раньше адрес не был подтверждён, поэтому всё, что аккаунт разрешил прежде, закончилось.`,
    action: "Это не я",
    after: [
      "Закончились: все сеансы, доступ приложений и собственные приложения аккаунта с их ключами.",
      "Чем вы пользуетесь, спросит вас заново. Если это были не вы, сразу задайте новый пароль.",
    ],
  }),
  "email-changed": ({ host, when }) => ({
    subject: "Адрес почты изменён",
    text: `У вашего аккаунта на ${host} теперь другой адрес почты (${when}). Войти с прежним адресом больше нельзя.`,
    action: `Открыть ${host}`,
    after: ["Если это были не вы, сразу сообщите владельцу этого сервера."],
  }),
};

const zh: Messages = {
  "sign-up": ({ host }) => ({
    subject: "确认您的邮箱地址",
    text: `${host} 收到了用此邮箱创建账号的请求，希望是您本人提出的。`,
    action: "确认邮箱",
    after: [
      "链接只能使用一次，24 小时内有效，打开后需输入注册时选择的密码。",
      "如果不是您本人，请忽略此信：不会创建任何账号。",
    ],
  }),
  "verify-email": ({ host }) => ({
    subject: "确认您的邮箱地址",
    text: `有人（希望是您本人）在 ${host} 用此邮箱创建了账号。`,
    action: "确认邮箱",
    after: [
      "链接只能使用一次，24 小时内有效。",
      "如果不是您本人，请忽略此信：邮箱将保持未确认状态。",
    ],
  }),
  "change-email": ({ host }) => ({
    subject: "确认您的新邮箱地址",
    text: `${host} 上某个账号的主人希望今后使用此邮箱。`,
    action: "使用此邮箱",
    after: ["链接只能使用一次，15 分钟内有效。", "如果不是您本人，请忽略此信：不会有任何改变。"],
  }),
  "reset-password": ({ host }) => ({
    subject: "设置新密码",
    text: `有人（希望是您本人）想为您在 ${host} 的账号设置新密码。`,
    action: "设置新密码",
    after: [
      "链接只能使用一次，15 分钟内有效；只有最新的一封信有效。",
      "如果不是您本人，请忽略此信：密码保持不变。",
    ],
  }),
  "already-registered": ({ host }) => ({
    subject: "您已经有账号了",
    text: `有人想在 ${host} 使用此邮箱，但它已属于您的账号。没有任何改变。`,
    action: "登录",
    after: ["如果忘记了密码，登录页面可以帮助您。", "如果不是您本人，请忽略此信。"],
  }),
  "password-changed": ({ host, when }) => ({
    subject: "您的密码已更改",
    text: `您在 ${host} 的账号密码已于 ${when} 更改，其他设备已退出登录。`,
    action: "不是我本人",
    after: ["如果是您本人，请忽略此信；如果不是，请立即设置新密码。"],
  }),
  "address-proven": ({ host, when }) => ({
    subject: "密码已设置，邮箱已确认",
    text: `${host} 上使用此邮箱的账号已于 ${when} 设置了新密码。该邮箱此前未经确认，因此该账号以前授予的一切均已终止。`,
    action: "不是我本人",
    after: [
      "已终止：所有会话、应用的访问权限，以及该账号自己的应用及其密钥。",
      "您使用的应用会重新询问您。如果不是您本人，请立即设置新密码。",
    ],
  }),
  "email-changed": ({ host, when }) => ({
    subject: "您的邮箱地址已更改",
    text: `您在 ${host} 的账号已于 ${when} 改用其他邮箱，此邮箱不能再用于登录。`,
    action: `打开 ${host}`,
    after: ["如果不是您本人，请立即告知此服务器的管理者。"],
  }),
};

export const letterMessages: Readonly<Record<Language, Messages>> = { en, ru, zh };
