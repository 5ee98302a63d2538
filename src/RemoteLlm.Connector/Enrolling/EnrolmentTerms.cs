using RemoteLlm.Connector.Link;

namespace RemoteLlm.Connector.Enrolling;

/// <summary>With whom a connector enrols, and as what.</summary>
/// <param name="Broker">The broker.</param>
/// <param name="Name">What it wants to be called; the operator may choose another name.</param>
/// <param name="Machine">The name of this machine, for the operator's eyes.</param>
/// <param name="CaFile">PEM file of a private certificate authority; null for none.</param>
public sealed record EnrolmentTerms(BrokerAddress Broker, string Name, string Machine, string? CaFile = null);
