import type { Language } from "../domain/email/language.ts";
import type { EmailMessage } from "../domain/email/mailer.ts";

/** The values that the text of an e-mail can contain. */
interface Facts {
  readonly host: string;
  readonly when: string;
}

interface Words {
  readonly subject: string;
  readonly text: string;
  /** The label of the button with the link. */
  readonly action: string;
  /** The paragraphs below the button. */
  readonly after: readonly string[];
}

type Messages = Readonly<Record<EmailMessage["kind"], (facts: Facts) => Words>>;

const en: Messages = {
  "sign-up": ({ host }) => ({
    subject: "Confirm your e-mail address",
    text: `We received a request to create an account at ${host} with this e-mail address.`,
    action: "Confirm e-mail address",
    after: [
      "The link works once and expires in 24 hours. You will need the password chosen at sign-up.",
      "If you did not make this request, ignore this e-mail. No account will be created.",
    ],
  }),
  "verify-email": ({ host }) => ({
    subject: "Confirm your e-mail address",
    text: `An account at ${host} was created with this e-mail address.`,
    action: "Confirm e-mail address",
    after: [
      "The link works once and expires in 24 hours.",
      "If you did not create the account, ignore this e-mail. The address stays unconfirmed.",
    ],
  }),
  "change-email": ({ host }) => ({
    subject: "Confirm your new e-mail address",
    text: `We received a request to use this e-mail address for an account at ${host}.`,
    action: "Confirm new address",
    after: [
      "The link works once and expires in 15 minutes.",
      "If you did not make this request, ignore this e-mail. Nothing will change.",
    ],
  }),
  "reset-password": ({ host }) => ({
    subject: "Reset your password",
    text: `We received a request to reset the password of your account at ${host}.`,
    action: "Set a new password",
    after: [
      "The link works once and expires in 15 minutes. Only the link in the latest e-mail works.",
      "If you did not make this request, ignore this e-mail. Your password will not change.",
    ],
  }),
  "already-registered": ({ host }) => ({
    subject: "You already have an account",
    text:
      `We received a request to use this e-mail address at ${host}, ` +
      "but it already belongs to your account. Nothing has changed.",
    action: "Sign in",
    after: [
      "If you forgot your password, you can reset it on the sign-in page.",
      "If you did not make this request, ignore this e-mail.",
    ],
  }),
  "password-changed": ({ host, when }) => ({
    subject: "Your password was changed",
    text:
      `The password of your account at ${host} was changed on ${when}. ` +
      "All other devices were signed out.",
    action: "This wasn’t me",
    after: [
      "If you made this change, you can ignore this e-mail. If not, reset your password now.",
    ],
  }),
  "address-proven": ({ host, when }) => ({
    subject: "Your password was set and your e-mail address was confirmed",
    text:
      `A new password was set for the account with this e-mail address at ${host} on ${when}. ` +
      "The address was not confirmed before, so all earlier access was removed.",
    action: "This wasn’t me",
    after: [
      "Removed: all sessions, the access of applications, " +
        "and the account’s own applications with their client secrets.",
      "You may have to sign in and allow access again. " +
        "If this wasn’t you, reset your password now.",
    ],
  }),
  "email-changed": ({ host, when }) => ({
    subject: "Your e-mail address was changed",
    text:
      `The e-mail address of your account at ${host} was changed on ${when}. ` +
      "You can no longer sign in with this address.",
    action: `Open ${host}`,
    after: ["If you did not make this change, contact the administrator of this server now."],
  }),
  "account-deleted": ({ host, when }) => ({
    subject: "Your account was deleted",
    text:
      `Your account at ${host} was deleted on ${when}. ` +
      "Sign in within 30 days to restore it. After that it is gone.",
    action: "Restore the account",
    after: ["If this wasn’t you, restore the account and change your password."],
  }),
  "account-restored": ({ host, when }) => ({
    subject: "Your account was restored",
    text: `The deletion of your account at ${host} was taken back on ${when}.`,
    action: "This wasn’t me",
    after: [
      "If you restored the account, you can ignore this e-mail. If not, reset your password now.",
    ],
  }),
  "group-invitation": ({ host }) => ({
    subject: "You are invited to a community",
    text: `A user of ${host} invites you to a community. The page shows who, and to which one.`,
    action: "See the invitation",
    after: [
      "You become a member only if you accept. The invitation expires in 30 days.",
      "If you decline, you are not invited to this community again for 30 days.",
    ],
  }),
  test: ({ host, when }) => ({
    subject: "Test of e-mail delivery",
    text: `An administrator of ${host} sent this e-mail on ${when} to test its delivery.`,
    action: `Open ${host}`,
    after: ["There is nothing to do. If you did not expect this e-mail, ignore it."],
  }),
};

const ru: Messages = {
  "sign-up": ({ host }) => ({
    subject: "Подтвердите адрес электронной почты",
    text: `Мы получили запрос на создание аккаунта на ${host} с этим адресом.`,
    action: "Подтвердить адрес",
    after: [
      "Ссылка одноразовая и действует 24 часа. Понадобится пароль, выбранный при регистрации.",
      "Если вы не отправляли этот запрос, проигнорируйте письмо: аккаунт не будет создан.",
    ],
  }),
  "verify-email": ({ host }) => ({
    subject: "Подтвердите адрес электронной почты",
    text: `На ${host} создан аккаунт с этим адресом электронной почты.`,
    action: "Подтвердить адрес",
    after: [
      "Ссылка одноразовая и действует 24 часа.",
      "Если аккаунт создали не вы, проигнорируйте письмо: адрес останется неподтверждённым.",
    ],
  }),
  "change-email": ({ host }) => ({
    subject: "Подтвердите новый адрес электронной почты",
    text: `Мы получили запрос на использование этого адреса для аккаунта на ${host}.`,
    action: "Подтвердить новый адрес",
    after: [
      "Ссылка одноразовая и действует 15 минут.",
      "Если вы не отправляли этот запрос, проигнорируйте письмо: ничего не изменится.",
    ],
  }),
  "reset-password": ({ host }) => ({
    subject: "Сброс пароля",
    text: `Мы получили запрос на сброс пароля вашего аккаунта на ${host}.`,
    action: "Задать новый пароль",
    after: [
      "Ссылка одноразовая и действует 15 минут. Работает только ссылка из последнего письма.",
      "Если вы не отправляли этот запрос, проигнорируйте письмо: пароль не изменится.",
    ],
  }),
  "already-registered": ({ host }) => ({
    subject: "У вас уже есть аккаунт",
    text:
      `Мы получили запрос на использование этого адреса на ${host}, ` +
      "но он уже принадлежит вашему аккаунту. Ничего не изменилось.",
    action: "Войти",
    after: [
      "Если вы забыли пароль, его можно сбросить на странице входа.",
      "Если вы не отправляли этот запрос, проигнорируйте письмо.",
    ],
  }),
  "password-changed": ({ host, when }) => ({
    subject: "Пароль изменён",
    text:
      `Пароль вашего аккаунта на ${host} изменён ${when}. ` +
      "На всех остальных устройствах выполнен выход.",
    action: "Это не я",
    after: ["Если пароль изменили вы, проигнорируйте письмо. Если нет, сразу сбросьте пароль."],
  }),
  "address-proven": ({ host, when }) => ({
    subject: "Пароль задан, адрес подтверждён",
    text:
      `Для аккаунта с этим адресом на ${host} задан новый пароль: ${when}. ` +
      "Раньше адрес не был подтверждён, поэтому весь прежний доступ отозван.",
    action: "Это не я",
    after: [
      "Завершены все сеансы, отозван доступ приложений, " +
        "удалены собственные приложения аккаунта и их секреты.",
      "Возможно, потребуется снова войти и разрешить доступ приложениям. " +
        "Если это были не вы, сразу сбросьте пароль.",
    ],
  }),
  "email-changed": ({ host, when }) => ({
    subject: "Адрес электронной почты изменён",
    text:
      `Адрес электронной почты вашего аккаунта на ${host} изменён ${when}. ` +
      "Войти с прежним адресом больше нельзя.",
    action: `Открыть ${host}`,
    after: ["Если адрес изменили не вы, сразу сообщите администратору этого сервера."],
  }),
  "account-deleted": ({ host, when }) => ({
    subject: "Ваш аккаунт удалён",
    text:
      `Ваш аккаунт на ${host} удалён ${when}. ` +
      "Чтобы восстановить его, войдите в течение 30 дней. Потом восстановить его будет нельзя.",
    action: "Восстановить аккаунт",
    after: ["Если это были не вы, восстановите аккаунт и смените пароль."],
  }),
  "account-restored": ({ host, when }) => ({
    subject: "Ваш аккаунт восстановлен",
    text: `Удаление вашего аккаунта на ${host} отменено ${when}.`,
    action: "Это были не вы?",
    after: [
      "Если аккаунт восстановили вы, проигнорируйте письмо. Если нет, сразу сбросьте пароль.",
    ],
  }),
  "group-invitation": ({ host }) => ({
    subject: "Вас приглашают в сообщество",
    text:
      `Пользователь ${host} приглашает вас в сообщество. ` +
      "Кто приглашает и куда, видно на странице.",
    action: "Посмотреть приглашение",
    after: [
      "Вы станете участником, только если примете приглашение. Оно действует 30 дней.",
      "Если вы откажетесь, вас не пригласят в это сообщество ещё 30 дней.",
    ],
  }),
  test: ({ host, when }) => ({
    subject: "Проверка доставки писем",
    text: `Администратор ${host} отправил это письмо ${when}, чтобы проверить доставку.`,
    action: `Открыть ${host}`,
    after: ["Ничего делать не нужно. Если вы не ждали этого письма, проигнорируйте его."],
  }),
};

const zh: Messages = {
  "sign-up": ({ host }) => ({
    subject: "验证您的邮箱地址",
    text: `我们收到了使用此邮箱在 ${host} 注册账号的请求。`,
    action: "验证邮箱",
    after: [
      "链接仅可使用一次，24 小时内有效。打开后需输入注册时设置的密码。",
      "如非本人操作，请忽略此邮件，系统不会创建账号。",
    ],
  }),
  "verify-email": ({ host }) => ({
    subject: "验证您的邮箱地址",
    text: `${host} 上已使用此邮箱创建账号。`,
    action: "验证邮箱",
    after: [
      "链接仅可使用一次，24 小时内有效。",
      "如非本人操作，请忽略此邮件，邮箱将保持未验证状态。",
    ],
  }),
  "change-email": ({ host }) => ({
    subject: "验证您的新邮箱地址",
    text: `我们收到了为 ${host} 上的账号更换为此邮箱的请求。`,
    action: "验证新邮箱",
    after: ["链接仅可使用一次，15 分钟内有效。", "如非本人操作，请忽略此邮件，不会有任何更改。"],
  }),
  "reset-password": ({ host }) => ({
    subject: "重置密码",
    text: `我们收到了重置您 ${host} 账号密码的请求。`,
    action: "设置新密码",
    after: [
      "链接仅可使用一次，15 分钟内有效。仅最新一封邮件中的链接有效。",
      "如非本人操作，请忽略此邮件，您的密码不会更改。",
    ],
  }),
  "already-registered": ({ host }) => ({
    subject: "您已有账号",
    text: `我们收到了在 ${host} 使用此邮箱的请求，但此邮箱已属于您的账号。未做任何更改。`,
    action: "登录",
    after: ["如果忘记密码，可在登录页面重置。", "如非本人操作，请忽略此邮件。"],
  }),
  "password-changed": ({ host, when }) => ({
    subject: "您的密码已修改",
    text: `您的 ${host} 账号密码已于 ${when} 修改，其他设备均已退出登录。`,
    action: "非本人操作",
    after: ["如果是您本人操作，请忽略此邮件；如果不是，请立即重置密码。"],
  }),
  "address-proven": ({ host, when }) => ({
    subject: "密码已设置，邮箱已验证",
    text:
      `${host} 上使用此邮箱的账号已于 ${when} 设置新密码。` +
      "该邮箱此前未经验证，因此此前的所有访问权限均已撤销。",
    action: "非本人操作",
    after: [
      "已移除：所有会话、应用的访问权限，以及该账号自己的应用及其客户端密钥。",
      "您可能需要重新登录并重新授权应用。如非本人操作，请立即重置密码。",
    ],
  }),
  "email-changed": ({ host, when }) => ({
    subject: "您的邮箱地址已更换",
    text: `您的 ${host} 账号已于 ${when} 更换邮箱，此邮箱不能再用于登录。`,
    action: `打开 ${host}`,
    after: ["如非本人操作，请立即联系此服务器的管理员。"],
  }),
  "account-deleted": ({ host, when }) => ({
    subject: "您的账号已删除",
    text: `您的 ${host} 账号已于 ${when} 删除。30 天内登录即可恢复，之后将无法恢复。`,
    action: "恢复账号",
    after: ["如非本人操作，请恢复账号并修改密码。"],
  }),
  "account-restored": ({ host, when }) => ({
    subject: "您的账号已恢复",
    text: `您的 ${host} 账号已于 ${when} 撤销删除。`,
    action: "非本人操作",
    after: ["如是您本人恢复的账号，请忽略此邮件；否则请立即重置密码。"],
  }),
  "group-invitation": ({ host }) => ({
    subject: "您收到了社群邀请",
    text: `${host} 的一位用户邀请您加入社群。邀请人和社群名称请在页面上查看。`,
    action: "查看邀请",
    after: [
      "只有接受邀请后，您才会成为成员。邀请 30 天内有效。",
      "如果您拒绝，30 天内不会再次收到该社群的邀请。",
    ],
  }),
  test: ({ host, when }) => ({
    subject: "邮件投递测试",
    text: `${host} 的管理员于 ${when} 发送了此邮件，以测试邮件投递。`,
    action: `打开 ${host}`,
    after: ["您无需进行任何操作。如未预料到此邮件，请忽略。"],
  }),
};

export const mailMessages: Readonly<Record<Language, Messages>> = { en, ru, zh };
