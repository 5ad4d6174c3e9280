<?php
// PHP's own curl: an array is sent as multipart, a string as it is.
function send(string $path, array $options): array
{
    $curl = curl_init(getenv('LATCHKEY_URL') . $path);
    curl_setopt_array($curl, $options + [CURLOPT_RETURNTRANSFER => true]);
    return json_decode(curl_exec($curl), true, 16, JSON_THROW_ON_ERROR);
}

$user = getenv('NEW_USER');
$fields = ['AccID' => "of-$user", 'Email' => "$user@example.com", 'Password' => 'secret 1 ü'];
$more = ['UserID' => $user, 'Bundle' => 'com.example', 'OSInt' => 0, 'GAID' => 'd'];
$created = send('/user/create', [CURLOPT_POSTFIELDS => http_build_query($fields + $more)]);
$entered = send('/user/login', [CURLOPT_POSTFIELDS => $fields]);
if ($entered['message'] !== 'Login successful') {
    throw new Exception(json_encode([$created, $entered]));
}
$session = send('/v1/sessions', [
    CURLOPT_POSTFIELDS => json_encode(['username' => $user, 'password' => 'secret 1 ü']),
    CURLOPT_HTTPHEADER => ['Content-Type: application/json'],
]);
$me = send('/v1/users/me', [
    CURLOPT_HTTPHEADER => ['Authorization: Bearer ' . $session['accessToken']],
]);
echo 'result ', json_encode(['version' => PHP_VERSION, 'username' => $me['user']['username']]), "\n";
