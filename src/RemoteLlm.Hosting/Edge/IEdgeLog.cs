namespace RemoteLlm.Hosting.Edge;

/// <summary>Where an edge tells of the requests that it answered itself: one line each, at the end.</summary>
public interface IEdgeLog
{
    /// <summary>A request for one of the edge's own endpoints is over.</summary>
    void Finished(EdgeCall call);

    /// <summary>A request for a path or method that is not served is over.</summary>
    /// <param name="call">Its facts.</param>
    /// <param name="method">As the client sent it, whatever it is.</param>
    /// <param name="path">The same.</param>
    void Refused(EdgeCall call, string method, string path);
}
