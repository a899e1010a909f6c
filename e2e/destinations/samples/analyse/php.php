<?php
// One event by PHP without extensions. HOST, VISITOR and the credential come from the environment.
$event = [
    'publicKey' => getenv('ANALYSE_PUBLIC_KEY'),
    'events' => [
        [
            'event_name' => 'checkout_finished',
            'anonymous_id' => getenv('VISITOR'),
            'properties' => ['payment_type' => 'one_time', 'plan' => 'pro', 'amount' => 4990, 'currency' => 'EUR'],
        ]
    ],
];

$context = stream_context_create([
    'http' => [
        'method' => 'POST',
        'header' => [
            'Content-Type: application/json',
        ],
        'content' => json_encode($event, JSON_THROW_ON_ERROR),
        'timeout' => 10,
        'ignore_errors' => true,
    ],
]);
$answer = file_get_contents(getenv('HOST') . '/v1/batch', false, $context);
$status = (int) explode(' ', $http_response_header[0] ?? 'HTTP/1.1 0')[1];
if ($answer === false || $status >= 300) {
    fwrite(STDERR, "$status $answer\n");
    exit(1);
}
echo $status, "\n";
