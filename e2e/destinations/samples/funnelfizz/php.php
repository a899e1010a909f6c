<?php
// One event by PHP without extensions. HOST, VISITOR and the credential come from the environment.
$event = [
    'siteId' => 'site_456',
    'events' => [
        [
            'type' => 'trial_start',
            'visitorId' => getenv('VISITOR'),
            'email' => 'sam@example.com',
            'path' => '/api/signup',
            'props' => ['plan' => 'pro'],
        ]
    ],
];

$context = stream_context_create([
    'http' => [
        'method' => 'POST',
        'header' => [
            'Content-Type: application/json',
            'Cookie: ' . getenv('SESSION_COOKIE'),
        ],
        'content' => json_encode($event, JSON_THROW_ON_ERROR),
        'timeout' => 10,
        'ignore_errors' => true,
    ],
]);
$answer = file_get_contents(getenv('HOST') . '/api/tracking/server-events?workspaceId=ws_123', false, $context);
$status = (int) explode(' ', $http_response_header[0] ?? 'HTTP/1.1 0')[1];
if ($answer === false || $status >= 300) {
    fwrite(STDERR, "$status $answer\n");
    exit(1);
}
echo $status, "\n";
