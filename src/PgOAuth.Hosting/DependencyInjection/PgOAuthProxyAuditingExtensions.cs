using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection.Extensions;
using PgOAuth.Auditing;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Stage 8: where audit records go.</summary>
public static class PgOAuthProxyAuditingExtensions
{
    /// <summary>Adds a sink beside the log.</summary>
    /// <typeparam name="T">The sink: one instance for this proxy, its constructor's parameters come from the host's services.</typeparam>
    /// <param name="builder">The proxy.</param>
    public static IPgOAuthProxyBuilder AddAuditSink<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] T>(this IPgOAuthProxyBuilder builder)
        where T : class, IAuditSink
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.TryAddEnumerable(ServiceDescriptor.KeyedSingleton<IAuditSink, T>(builder.Name));
        return builder;
    }
}
