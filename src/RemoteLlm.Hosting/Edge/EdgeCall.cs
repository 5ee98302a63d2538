using Microsoft.AspNetCore.Http;
using RemoteLlm.Hosting.Answers;
using RemoteLlm.Protocol.Dialects.Endpoints;
using RemoteLlm.Protocol.Dialects.Errors;

namespace RemoteLlm.Hosting.Edge;

/// <summary>The facts of one request at an edge, as far as they are known whoever serves it.</summary>
/// <param name="endpoint">What was asked for.</param>
/// <param name="label">What people call the request.</param>
/// <param name="billingId">What usage is booked under.</param>
/// <param name="started">Timestamp of the arrival.</param>
public class EdgeCall(ApiEndpoint endpoint, string label, string billingId, long started)
{
    /// <summary>What was asked for.</summary>
    public ApiEndpoint Endpoint { get; } = endpoint;

    /// <summary>What people call the request: the client's own label or ours.</summary>
    public string Label { get; } = label;

    /// <summary>What usage is booked under; made at the edge, for every request.</summary>
    public string BillingId { get; } = billingId;

    /// <summary>Timestamp of the arrival.</summary>
    public long Started { get; } = started;

    /// <summary>Who asks, once that is known.</summary>
    public IEdgeCaller? Caller { get; set; }

    /// <summary>The model that was asked about; null for none.</summary>
    public string? Model { get; set; }

    /// <summary>Status of the answer.</summary>
    public int Status { get; set; }

    /// <summary>What was answered instead of what was asked for; null when nothing was.</summary>
    public ApiError? Error { get; set; }

    /// <summary>The call of a request that has just arrived.</summary>
    public static EdgeCall Begin(HttpRequest request, ApiEndpoint endpoint, TimeProvider time)
    {
        var billingId = NewBillingId();
        return new EdgeCall(endpoint, RequestLabel.Of(request, billingId), billingId, time.GetTimestamp());
    }

    /// <summary>An id that no other request has.</summary>
    public static string NewBillingId() => $"req_{Guid.CreateVersion7():N}";
}
