/* livekit-server.exe as far as the bridge looks after a child: `server.exe --config FILE` listens on the port of that
   file and answers everything with 200 and nothing, which is also what LiveKit says where there are no rooms. */
#include <winsock2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char ANSWER[] = "HTTP/1.1 200 OK\r\nContent-Type: application/protobuf\r\nContent-Length: 0\r\n"
                             "Connection: close\r\n\r\n";

static unsigned short port_of(const char *name)
{
    static char text[65536];
    FILE *file = fopen(name, "rb");
    if (!file)
        return 0;
    text[fread(text, 1, sizeof text - 1, file)] = 0;
    fclose(file);
    const char *port = strstr(text, "\"port\": ");
    return port ? (unsigned short)atoi(port + 8) : 0;
}

int main(int count, char **words)
{
    static char request[65536];
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    WSADATA data;
    WSAStartup(MAKEWORD(2, 2), &data);
    SOCKET door = socket(AF_INET, SOCK_STREAM, 0);
    address.sin_port = htons(port_of(count > 2 ? words[2] : ""));
    if (!address.sin_port || bind(door, (struct sockaddr *)&address, sizeof address) || listen(door, 16))
        return 1;
    for (;;) {
        SOCKET guest = accept(door, NULL, NULL);
        recv(guest, request, sizeof request, 0);
        send(guest, ANSWER, sizeof ANSWER - 1, 0);
        shutdown(guest, SD_SEND);
        while (recv(guest, request, sizeof request, 0) > 0)
            ;
        closesocket(guest);
    }
}
