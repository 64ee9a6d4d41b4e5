"""When SGD stays at an interpolating minimum: thresholds, bounds, moments, exact and in floats.

Sample i has Hessian H_i = X_i'X_i there, X_i its k x d matrix of output gradients, H their mean.  With
C(S) = (HS + SH)/2 and D(S) = (1 - p) HSH + p mean_i H_i S H_i, one step of size eta moves the second
moment S = E[x x'] to S - 2 eta C(S) + eta^2 D(S): E|x_t|^2 stays bounded exactly for eta <= 2/Lambda_p,
Lambda_p the largest eigenvalue of C^-1 D on the range of H.  Batches enter through p (`sampling_factor`).

floats      step_size_threshold, gradient_descent_threshold, kernel_step_size_threshold, stationary_covariance,
            second_moment_trajectory
exact       largest_curvature, its polynomial and matrices, and from kernels; paths over all batch sequences; epochs;
            moment_threshold, gaussian_curvature, exact_stationary_covariance
either      curvature_bounds, one_step_curvature, alignment, trace_bound
"""

from numerics.stability_bounds import CurvatureBounds, alignment, curvature_bounds, one_step_curvature
from numerics.stability_exact import (curvature_operator, curvature_polynomial, extreme_root,
                                      kernel_curvature, largest_curvature, sample_matrix, spread_operator)
from numerics.stability_input import sampling_factor
from numerics.stability_moments import gaussian_curvature, moment_threshold, trace_bound
from numerics.stability_noise import (StationaryCovariance, exact_stationary_covariance,
                                      stationary_covariance)
from numerics.stability_operator import second_moment_operator
from numerics.stability_paths import (batches, epoch_growth, epoch_mean_square, epoch_operator, growth,
                                      second_moment_by_operator, second_moment_path, step_matrices,
                                      step_operator)
from numerics.stability_tangent import kernel_step_size_threshold
from numerics.stability_threshold import Threshold, gradient_descent_threshold, step_size_threshold
from numerics.stability_trajectory import second_moment_trajectory

__all__ = [
    "CurvatureBounds", "StationaryCovariance", "Threshold", "alignment", "batches", "curvature_bounds",
    "curvature_operator", "curvature_polynomial", "epoch_growth", "epoch_mean_square", "epoch_operator",
    "exact_stationary_covariance", "extreme_root", "gaussian_curvature", "gradient_descent_threshold", "growth",
    "kernel_curvature", "kernel_step_size_threshold", "largest_curvature", "moment_threshold", "one_step_curvature",
    "sample_matrix", "sampling_factor", "second_moment_by_operator", "second_moment_operator", "second_moment_path",
    "second_moment_trajectory", "spread_operator",
    "stationary_covariance", "step_matrices", "step_operator", "step_size_threshold", "trace_bound",
]
