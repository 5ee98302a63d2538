using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Http;
using RemoteLlm.Broker.Usage;
using RemoteLlm.Hosting.Answers;
using RemoteLlm.Hosting.Edge;
using RemoteLlm.Protocol.Access;
using RemoteLlm.Protocol.Control;
using RemoteLlm.Tunnel.Forwarding;
using RemoteLlm.Tunnel.Http2;

namespace RemoteLlm.Broker.Api;

/// <summary>A client's request in the form in which it goes to one connector: a constant path, filtered headers, the credential derived for that connector, and the proof by which its usage counts.</summary>
internal sealed class TunnelRequest(BillingProofs proofs)
{
    public HttpRequestMessage Create(HttpContext context, HeldBody body, Exchange exchange, string connectorId)
    {
        var request = new HttpRequestMessage(new HttpMethod(exchange.Endpoint.Method), new Uri(ChannelClient.Authority, exchange.Endpoint.Path))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = body.CreateContent(),
        };
        ForwardHeaders.CopyRequest(context.Request.Headers, request, EdgeHeaders.DropRequest);
        var credential = DerivedCredential.Derive(exchange.Key!.Digest, connectorId);
        request.Headers.TryAddWithoutValidation(TunnelHeaders.Credential, DerivedCredential.Format(credential));
        var billingId = AttemptId.Of(exchange.BillingId, exchange.Attempts);
        request.Headers.TryAddWithoutValidation(TunnelHeaders.BillingId, billingId);
        request.Headers.TryAddWithoutValidation(TunnelHeaders.BillingProof, proofs.Of(billingId, connectorId, exchange.Key.User));
        request.Headers.TryAddWithoutValidation(TunnelHeaders.BillingKey, proofs.KeyId(exchange.Key));
        request.Headers.TryAddWithoutValidation(TunnelHeaders.RosterRevision, exchange.RosterRevision.ToString(CultureInfo.InvariantCulture));
        request.Headers.TryAddWithoutValidation(RequestLabel.Header, exchange.Label);
        return request;
    }
}
