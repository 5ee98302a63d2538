using Microsoft.AspNetCore.Http;
using RemoteLlm.Protocol.Access;
using RemoteLlm.Protocol.Control;
using RemoteLlm.Protocol.Dialects.Errors;

namespace RemoteLlm.Hosting.Edge;

/// <summary>The class that a client asks for, in <c>x-remotellm-class</c>: the only header of ours that crosses the edge.</summary>
public static class ClassHeader
{
    /// <summary>What is wrong with it; null when nothing is, or there is none.</summary>
    public static ApiError? Check(IHeaderDictionary headers) =>
        !headers.TryGetValue(TunnelHeaders.Class, out var values) || (values.Count == 1 && RequestClasses.TryParse(values[0], out _)) ? null : ApiErrors.UnknownClass();
}
