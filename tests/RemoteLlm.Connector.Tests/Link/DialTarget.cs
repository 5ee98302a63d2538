using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.WebSockets;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RemoteLlm.Connector.Link;

namespace RemoteLlm.Connector.Tests.Link;

/// <summary>What a connector dials: it takes WebSockets and echoes one message, or answers as a test says.</summary>
internal sealed class DialTarget : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<DialSeen> _seen = new();

    private DialTarget(WebApplication app) => _app = app;

    /// <summary>What it answers; null takes the WebSocket.</summary>
    public Action<HttpResponse>? Answer { get; set; }

    /// <summary>Every request that arrived.</summary>
    public IReadOnlyList<DialSeen> Seen => [.. _seen];

    public int Port => new Uri(_app.Urls.First()).Port;

    /// <summary>Starts one at a free port; with a certificate it speaks TLS.</summary>
    public static async Task<DialTarget> StartAsync(X509Certificate2? certificate = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => Secure(listen, certificate)));
        builder.WebHost.UseKestrelHttpsConfiguration();
        var app = builder.Build();
        var target = new DialTarget(app);
        app.UseWebSockets();
        app.Run(target.HandleAsync);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return target;
    }

    /// <summary>A certificate for a name, signed by itself, and its PEM text.</summary>
    public static X509Certificate2 Certificate(string name, out string pem)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        using var made = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        pem = made.ExportCertificatePem();
        // A key that was made in memory is not good enough for a server everywhere; one from a PKCS#12 is.
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
    }

    /// <summary>The broker's address under a name.</summary>
    public BrokerAddress Address(string scheme = "http", string host = "127.0.0.1")
    {
        Assert.True(BrokerAddress.TryParse($"{scheme}://{host}:{Port}", allowInsecure: true, out var address, out var problem), problem);
        return address;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private static void Secure(ListenOptions listen, X509Certificate2? certificate)
    {
        listen.Protocols = HttpProtocols.Http1;
        if (certificate is not null)
            listen.UseHttps(certificate);
    }

    private async Task HandleAsync(HttpContext context)
    {
        _seen.Enqueue(new DialSeen(context.Connection.Id, context.Request.Path, context.Request.Headers.Authorization.ToString(), context.Request.IsHttps));
        if (Answer is { } answer)
        {
            answer(context.Response);
            return;
        }

        using var socket = await context.WebSockets.AcceptWebSocketAsync(context.WebSockets.WebSocketRequestedProtocols.FirstOrDefault());
        var buffer = new byte[64];
        var received = await socket.ReceiveAsync(buffer.AsMemory(), context.RequestAborted);
        await socket.SendAsync(buffer.AsMemory(0, received.Count), received.MessageType, received.EndOfMessage, context.RequestAborted);
        await socket.CloseAsync(System.Net.WebSockets.WebSocketCloseStatus.NormalClosure, null, context.RequestAborted);
    }
}

/// <summary>A request as it arrived.</summary>
internal sealed record DialSeen(string Connection, string Path, string Authorization, bool Secure);
