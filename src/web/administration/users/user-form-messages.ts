import type { Translations } from "../../kit/language.ts";

interface Messages {
  readonly createTitle: string;
  readonly create: string;
  readonly editTitle: (name: string) => string;
  readonly save: string;
  readonly username: string;
  readonly usernameHint: string;
  readonly emailHint: string;
  readonly emailTaken: string;
  readonly accIdHint: string;
  readonly accIdInvalid: string;
  readonly roles: string;
  readonly developerHint: string;
  readonly passwordChoice: string;
  readonly byLetter: string;
  readonly byLetterHint: string;
  readonly now: string;
  readonly password: string;
  readonly passwordHint: string;
}

export const userFormMessages: Translations<Messages> = {
  en: {
    createTitle: "Create user",
    create: "Create user",
    editTitle: (name) => `Edit ${name}`,
    save: "Save changes",
    username: "User name",
    usernameHint: "Optional. The user can also sign in with it.",
    emailHint:
      "A new address is not verified, and all sessions and tokens of the user end. The old " +
      "address gets an e-mail about it.",
    emailTaken: "Another user of this realm has this e-mail address.",
    accIdHint: "Optional. The account identifier of kokids.",
    accIdInvalid: "At most 255 characters, without control characters or outer spaces.",
    roles: "Role",
    developerHint: "Can register applications.",
    passwordChoice: "Password",
    byLetter: "Send an e-mail with a link to set a password",
    byLetterHint: "The link works for 15 minutes. You can send another one later.",
    now: "Set a password now",
    password: "Password",
    passwordHint: "Only if you set it now. At least 8 characters.",
  },
  ru: {
    createTitle: "Новый пользователь",
    create: "Создать пользователя",
    editTitle: (name) => `Изменить пользователя ${name}`,
    save: "Сохранить изменения",
    username: "Имя пользователя",
    usernameHint: "Необязательно. С ним тоже можно входить.",
    emailHint:
      "Новый адрес не подтверждён, а все сеансы и токены пользователя будут отозваны. На старый " +
      "адрес придёт письмо об этом.",
    emailTaken: "Этот адрес уже есть у другого пользователя этой области.",
    accIdHint: "Необязательно. Идентификатор аккаунта в kokids.",
    accIdInvalid: "Не более 255 символов, без управляющих символов и пробелов по краям.",
    roles: "Роль",
    developerHint: "Может регистрировать приложения.",
    passwordChoice: "Пароль",
    byLetter: "Отправить письмо со ссылкой для пароля",
    byLetterHint: "Ссылка действует 15 минут. Позже можно отправить новую.",
    now: "Задать пароль сейчас",
    password: "Пароль",
    passwordHint: "Только если вы задаёте его сейчас. Не менее 8 символов.",
  },
  zh: {
    createTitle: "创建用户",
    create: "创建用户",
    editTitle: (name) => `编辑 ${name}`,
    save: "保存更改",
    username: "用户名",
    usernameHint: "可选。用户也可以用它登录。",
    emailHint: "新邮箱需要重新验证，该用户的所有会话和令牌都会结束，旧邮箱会收到通知。",
    emailTaken: "此域中已有其他用户使用该邮箱。",
    accIdHint: "可选。kokids 的账号标识。",
    accIdInvalid: "最多 255 个字符，不能有控制字符，首尾不能有空格。",
    roles: "角色",
    developerHint: "可以注册应用。",
    passwordChoice: "密码",
    byLetter: "发送设置密码的邮件",
    byLetterHint: "链接 15 分钟内有效，之后可以重新发送。",
    now: "现在设置密码",
    password: "密码",
    passwordHint: "仅在现在设置时填写，至少 8 个字符。",
  },
};
